import { colourOf, percent } from '../words.ts';

interface Props {
  readonly label: string;
  /** by class, in their order */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** Probabilities, a bar a class. */
export function Bars({ label, probabilities }: Props) {
  const classes = Object.keys(probabilities);
  return (
    <ul class="shares" aria-label={label}>
      {classes.map((emotion) => (
        <li key={emotion}>
          <span class="name">{emotion}</span>
          <span class="bar">
            <span style={{ width: `${100 * probabilities[emotion]!}%`, background: colourOf(emotion, classes) }} />
          </span>
          <span class="number">{percent(probabilities[emotion]!)}</span>
        </li>
      ))}
    </ul>
  );
}
