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
    --actions-order: [undo] 1fr [more] 1fr [presets] 1fr [listen] 1fr;
  }
  .app {
    display: grid;
    grid-template:
      'header' auto
      'list' minmax(0, 1fr)
      'dock' auto
      'master' auto
      'actions' auto / minmax(0, 1fr);
    block-size: 100%;
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom)
      env(safe-area-inset-left);
  }
  page-header {
    grid-area: header;
  }
  /* They come behind the first view, and have their place from the beginning. */
  channel-chips:not(:defined) {
    display: block;
    block-size: var(--fb-chips);
  }
  main {
    grid-area: list;
    position: relative;
    overflow: hidden auto;
    overscroll-behavior: contain;
    /* Whatever is starred is to be seen where it goes. */
    overflow-anchor: none;
    padding: 0 6px var(--fb-2) 8px;
    scroll-padding-block: calc(var(--fb-ruler) + var(--fb-2)) var(--fb-2);
    scrollbar-width: none;
  }
  channel-dock {
    grid-area: dock;
    z-index: var(--fb-z-dock);
  }
  channel-dock[settling] {
    grid-area: list;
    align-self: end;
    pointer-events: none;
  }
  footer {
    grid-area: master;
    position: relative;
    z-index: var(--fb-z-bars);
    /* As high as with the master, which comes when the mix is known. */
    min-block-size: calc(var(--fb-row-height) + 2 * var(--fb-2) + 1px);
    padding: var(--fb-2) 6px var(--fb-2) 8px;
    border-block-start: 1px solid var(--fb-line);
    background: var(--fb-bg);
  }
  action-bar,
  lock-bar {
    grid-area: actions;
    padding: 0 6px var(--fb-2) 8px;
  }
  @container app (min-width: 640px) and (max-height: 480px) {
    footer {
      min-block-size: calc(var(--fb-row-height) + 11px);
      padding-block: 5px;
    }
    .lines {
      grid-template:
        'header header' auto
        'list list' minmax(0, 1fr)
        'dock dock' auto
        'master actions' auto / minmax(0, 1fr) minmax(0, 1fr);
    }
    .lines :is(action-bar, lock-bar) {
      padding: 5px 6px 5px 0;
      border-block-start: 1px solid var(--fb-line);
    }
    :host([left-handed]) .lines {
      grid-template-areas: 'header header' 'list list' 'dock dock' 'actions master';
    }
  }
  /* A laptop at 400 %: the bars go with the list, in which there is room for a channel. */
  @container app (max-height: 300px) {
    .lines {
      grid-template-rows: auto minmax(
          calc(var(--fb-row-height) + var(--fb-row-more) + var(--fb-ruler) + 2 * var(--fb-2)),
          1fr
        );
      overflow: hidden auto;
    }
    main {
      overscroll-behavior: auto;
    }
  }

  /* The desk. */
  .app.desk {
    grid-template:
      'header header' auto
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
    grid-template: minmax(0, 4fr) minmax(0, 1fr) / 92px 80px;
    gap: var(--fb-1);
    justify-content: end;
    padding: 0 6px var(--fb-2) 0;
  }
  .side master-strip {
    grid-row: 1 / -1;
  }
  .side :is(action-bar, lock-bar) {
    --press-key-direction: column;
    grid-area: auto;
    padding: 0;
  }
  .side mute-all-key {
    --press-key-direction: column;
    --mute-all-align: center;
  }
`;
