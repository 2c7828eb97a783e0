/**
 * How anything on the page asks for a sheet. What a sheet is opened with it says itself, in `SheetParams`; how it is drawn says
 * its row in sheet-rows.ts.
 */
export type SheetName = keyof SheetParams;

/** A sheet that is wanted, and what of. */
export type SheetCall = {
  readonly [Name in SheetName]: { readonly name: Name; readonly params: SheetParams[Name] };
}[SheetName];

/** It takes the place of one that is open. */
export function openSheet<Name extends SheetName>(
  from: EventTarget,
  name: Name,
  params: SheetParams[Name],
): void {
  from.dispatchEvent(
    new CustomEvent('sheet-open', { detail: { name, params }, bubbles: true, composed: true }),
  );
}

declare global {
  interface HTMLElementEventMap {
    'sheet-open': CustomEvent<SheetCall>;
  }
}
