import { useEffect, useState } from 'preact/hooks';
import type { Ear } from '../ears/ear.ts';
import type { Told } from '../ears/told.ts';
import type { Item, Own } from '../item.ts';

/** The recordings with their answers against their own mean, where that is wanted. */
export function useNormalized(items: readonly Item[], ear: Ear, own: Own, onImpossible: () => void) {
  const [normalized, setNormalized] = useState<ReadonlyMap<number, Told>>(new Map());
  const spoken = items.filter(({ told }) => told?.speech.length);
  useEffect(() => {
    if (own === 'none' || !spoken.length) return setNormalized(new Map());
    let current = true;
    const all = spoken.map(({ told }) => told!);
    ear.normalize(all, own === 'mixed').then(
      (answers) => current && setNormalized(new Map(answers.map((told, i) => [spoken[i]!.id, told]))),
      () => current && onImpossible(), // the network has changed meanwhile
    );
    return () => {
      current = false;
    };
  }, [own, spoken.length, ear]);
  return {
    shown: items.map((item) => {
      const told = normalized.get(item.id);
      return told ? { ...item, told } : item;
    }),
    isChanged: (id: number) => normalized.has(id),
  };
}
