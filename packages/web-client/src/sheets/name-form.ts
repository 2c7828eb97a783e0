/** The field in which a musician says what they are called, and its key. */
import { CLIENT_NAME_MAX } from '@foldback/protocol';
import { css, html } from 'lit';
import { words } from '../words/words.ts';

export interface NameForm {
  readonly face: string;
  readonly readOnly: boolean;
  readonly onName: (name: string) => void;
}

/** Says nothing but a name that can be seen. */
export function nameForm({ face, readOnly, onName }: NameForm) {
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    onName(String(data.get('name')).trim());
  };
  return html`<form @submit=${onSubmit}>
    <div class="named">
      <label
        >${words.yourName}
        <input
          name="name"
          required
          ?readonly=${readOnly}
          maxlength=${CLIENT_NAME_MAX}
          autocomplete="nickname"
          autocapitalize="words"
          enterkeyhint="done"
          pattern=".*\\S.*"
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
