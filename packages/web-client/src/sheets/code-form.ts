/** The field of the engineer code, and its key. */
import { css, html, nothing } from 'lit';
import { words } from '../words/words.ts';

/** On the mixer's own computer nobody needs a code. */
export const isOwnComputer = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);

/** @param onClaim undefined where no code is needed */
export function codeForm(onClaim: (code?: string) => void) {
  if (isOwnComputer(location.hostname)) {
    return html`<p>${words.ownComputer}</p>
      <div class="keys">
        <button class="main" type="button" @click=${() => onClaim()}>${words.iAmTheEngineer}</button>
      </div>`;
  }
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem('code');
    if (field instanceof HTMLInputElement) onClaim(field.value);
  };
  return html`<form @submit=${onSubmit}>
    <div class="named">
      <label
        >${words.engineerCode}
        <input
          name="code"
          required
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          placeholder="K7QM-2XHD-9RTA-5BWE"
          enterkeyhint="done"
      /></label>
      <button type="submit">${words.letMeIn}</button>
    </div>
    <p>${words.whereTheCodeIs}</p>
  </form>`;
}

/** Why a try was refused, in the page's own words. */
export function refusalLine(error: { readonly field: string } | undefined) {
  if (error === undefined) return nothing;
  if (error.field === 'code') return words.wrongCode;
  return error.field === 'token' ? words.inviteIsOver : words.notNow;
}

export const codeField = css`
  .named {
    grid-template-columns: minmax(0, 1fr);
  }
  input[name='code'] {
    inline-size: 100%;
    min-block-size: 52px;
    margin-block-start: var(--fb-1);
    padding: 0 var(--fb-3);
    border: 2px solid var(--fb-edge);
    border-radius: var(--fb-radius);
    background: var(--fb-well);
    color: var(--fb-text);
    font: inherit;
    font-size: var(--fb-size-lg);
    user-select: text;
  }
`;
