/** The one key of a notice: the way back, or on. */
export interface NoticeKey {
  readonly face: string;
  /** What it is about: spoken with its face, so that no two keys on the page are called the same. */
  readonly about?: string;
  readonly press: () => void;
}

/** "Undo: Bass" */
export const keyLabel = ({ face, about }: NoticeKey): string =>
  about === undefined ? '' : `${face}: ${about}`;
