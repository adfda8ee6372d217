import { WEIGHTS, type WeightsName } from '../../src/recognize/default-weights.ts';

type Place = 'here' | 'server';

interface Props {
  readonly place: Place;
  readonly weights: WeightsName;
  /** whether there is a server that can hear */
  readonly isServed: boolean;
  readonly isBusy: boolean;
  readonly onPlace: (place: Place) => void;
  readonly onWeights: (weights: WeightsName) => void;
}

/** Which network hears what is given, and where. */
export function WhoHears({ place, weights, isServed, isBusy, onPlace, onWeights }: Props) {
  return (
    <>
      {isServed && (
        <label>
          heard{' '}
          <select
            name="place"
            disabled={isBusy}
            value={place}
            onChange={({ currentTarget }) => onPlace(currentTarget.value as Place)}
          >
            <option value="here">in this page</option>
            <option value="server">by the server</option>
          </select>
        </label>
      )}
      {place === 'here' && (
        <label>
          by{' '}
          <select
            name="weights"
            disabled={isBusy}
            value={weights}
            onChange={({ currentTarget }) => onWeights(currentTarget.value as WeightsName)}
          >
            {WEIGHTS.map((name) => (
              <option key={name} value={name}>
                {name === 'encoder' ? 'the default network' : "the paper's network"}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}
