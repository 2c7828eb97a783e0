/** Where the parts of the page lie: one column on phones, a desk with a side where there is room. */
import { css } from 'lit';

export const pageLayout = css`
  :host {
    display: block;
    block-size: 100dvh;
    container: app / size;
  }
  :host([left-handed]) {
    --keys-beside: row-reverse;
    --unit-align: end;
  }
  .app {
    display: grid;
    grid-template:
      'header' auto
      'notice' auto
      'list' minmax(0, 1fr)
      'dock' auto
      'master' auto / minmax(0, 1fr);
    block-size: 100%;
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom)
      env(safe-area-inset-left);
  }
  page-header {
    grid-area: header;
  }
  notice-banner {
    grid-area: notice;
    padding: 0 6px 0 8px;
  }
  main {
    grid-area: list;
    position: relative;
    overflow: hidden auto;
    overscroll-behavior: contain;
    padding: 0 6px var(--fb-2) 8px;
    scroll-padding-block: calc(var(--fb-ruler) + var(--fb-2)) var(--fb-2);
    scrollbar-width: none;
  }
  channel-dock {
    grid-area: dock;
    z-index: var(--fb-z-dock);
  }
  footer {
    grid-area: master;
    position: relative;
    z-index: var(--fb-z-bars);
    /* As high as with the master, which comes when the mix is known. */
    min-block-size: calc(var(--fb-row-height) + 6px + var(--fb-actions) + 2 * var(--fb-2) + 1px);
    padding: var(--fb-2) 6px var(--fb-2) 8px;
    border-block-start: 1px solid var(--fb-line);
    background: var(--fb-bg);
  }
  /* Listen, Presets and Undo come when they work. */
  .actions {
    display: grid;
    grid-auto-columns: minmax(0, 1fr);
    grid-auto-flow: column;
    gap: 6px;
    block-size: var(--fb-actions);
    margin-block-start: 6px;
  }
  passing-notice {
    position: absolute;
    z-index: var(--fb-z-notice);
    inset: auto 8px calc(100% + var(--fb-2));
  }
  @container app (min-width: 640px) {
    passing-notice {
      inset-inline: calc(50% - 220px);
    }
  }
  @container app (min-width: 640px) and (max-height: 480px) {
    footer {
      display: grid;
      grid-template-columns: repeat(2, minmax(0, 1fr));
      gap: 12px;
      min-block-size: calc(var(--fb-row-height) + 11px);
      padding-block: 5px;
    }
    .actions {
      grid-column: 2;
      block-size: auto;
      margin: 0;
    }
  }

  /* The desk. */
  .app.desk {
    grid-template:
      'header header' auto
      'notice notice' auto
      'list side' minmax(0, 1fr) / minmax(0, 1fr) 190px;
  }
  .desk main {
    overflow: auto hidden;
    padding: 0 0 var(--fb-2) 8px;
    scroll-padding-inline: var(--fb-2);
    scrollbar-width: thin;
  }
  .side {
    grid-area: side;
    position: relative;
    display: grid;
    grid-template: minmax(0, 1fr) / 92px 80px;
    gap: var(--fb-1);
    justify-content: end;
    padding: 0 6px var(--fb-2) 0;
  }
  .side .actions {
    grid: auto-flow minmax(0, 160px) / minmax(0, 1fr);
    align-content: space-between;
    block-size: auto;
    margin: 0;
  }
  .side mute-all-key {
    --press-key-direction: column;
    --mute-all-align: center;
  }
  .side passing-notice {
    inset: auto 8px var(--fb-2) auto;
    inline-size: 360px;
  }
`;
