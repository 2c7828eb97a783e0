/** The field in which a musician says what they are called, and its key. */
import { CLIENT_NAME_MAX, shownText } from '@foldback/protocol';
import { css, html } from 'lit';
import { words } from '../words/words.ts';

export interface NameForm {
  readonly face: string;
  readonly readOnly: boolean;
  readonly onName: (name: string) => void;
}

/** That there is no name to be seen, or no more. */
function tellMissing(form: HTMLFormElement, isMissing: boolean): void {
  const field = form.querySelector('input');
  const words = form.querySelector<HTMLElement>('.missing');
  if (field === null || words === null) return;
  words.hidden = !isMissing;
  field.ariaInvalid = isMissing ? 'true' : null;
  if (!isMissing) return;
  field.focus();
  field.scrollIntoView({ block: 'nearest' });
}

/** Says nothing but a name that can be seen, and what is wrong with any other in our own words, not the browser's. */
export function nameForm({ face, readOnly, onName }: NameForm) {
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const name = form.querySelector('input')?.value.trim() ?? '';
    const isMissing = shownText(name) === '';
    tellMissing(form, isMissing);
    if (!isMissing) onName(name);
  };
  const onInput = ({ currentTarget }: Event) => tellMissing(currentTarget as HTMLFormElement, false);
  return html`<form novalidate @submit=${onSubmit} @input=${onInput}>
    <p id="name-missing" class="missing" role="alert" hidden>${words.nameMissing}</p>
    <div class="named">
      <label
        >${words.yourName}
        <input
          name="name"
          aria-describedby="name-missing"
          ?readonly=${readOnly}
          maxlength=${CLIENT_NAME_MAX}
          autocomplete="nickname"
          autocapitalize="words"
          enterkeyhint="done"
      /></label>
      <button type="submit">${face}</button>
    </div>
  </form>`;
}

export const fields = css`
  input[name='name'],
  select {
    min-inline-size: 0;
    min-block-size: var(--fb-target);
    padding: 0 var(--fb-3);
    border: 2px solid var(--fb-edge);
    border-radius: var(--fb-radius);
    background: var(--fb-well);
    color: var(--fb-text);
    font: inherit;
  }
  input:read-only {
    color: var(--fb-text-3);
  }
  input[name='name'] {
    inline-size: 100%;
    min-block-size: 52px;
    margin-block-start: var(--fb-1);
    font-size: var(--fb-size-lg);
    -webkit-user-select: text;
    user-select: text;
  }
  .missing {
    margin: var(--fb-2) 0 0;
    color: var(--fb-danger);
    font-size: var(--fb-size-sm);
  }
  .named {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: end;
    gap: var(--fb-2);
    padding-block: var(--fb-3);
    color: var(--fb-text-2);
    font-size: var(--fb-size-sm);
  }
  .named button {
    min-block-size: 52px;
    padding-inline: var(--fb-4);
  }
`;
