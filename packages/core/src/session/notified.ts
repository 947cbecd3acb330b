/** NotifyEvent in its session: states of connectors as StatusNotification tells them, and components that are not well. */

import {
  type ComponentEvent,
  componentEventsOf,
  measuredIn,
  nameOf,
  stateIn,
  troubleIn,
} from './component-events.ts';
import { addBounded, type Draft } from './draft.ts';
import type { Scene } from './scene.ts';
import type { SeenEntry } from './seen.ts';
import type { Mark } from './session.ts';
import { takeStatus } from './statuses.ts';

/** An entry is of one session, though it may tell of several EVSEs: of the first that it tells something of. */
class Home {
  readonly #entry: SeenEntry;
  #draft: Draft | null = null;
  #mark: Mark | null = null;

  constructor(entry: SeenEntry) {
    this.#entry = entry;
  }

  get free(): boolean {
    return this.#draft === null;
  }

  mark(draft: Draft, word: string): Mark {
    if (this.#draft === null) {
      this.#draft = draft;
      this.#mark = draft.mark(this.#entry, 'status', word);
    }
    return this.#draft === draft && this.#mark !== null ? this.#mark : this.aside(word);
  }

  /** Of an entry that is not of the session. */
  aside(word: string): Mark {
    const { id, at, action } = this.#entry;
    return { entry: id, at, role: 'status', action: action ?? '', word, said: '' };
  }
}

export function seeNotifyEvent(scene: Scene, entry: SeenEntry): void {
  const home = new Home(entry);
  for (const event of componentEventsOf(entry)) {
    const { evse, evseConnector, techCode, techInfo } = event;
    // An EVSE may be told to be available while a cable is in: that it may be used.
    const status = stateIn(event, ['Connector']);
    if (status !== null && evse !== null) {
      // What a component says beside its state is of the fault alone.
      const faulted = status.toLowerCase() === 'faulted';
      const said = {
        errorCode: null,
        vendorErrorCode: faulted ? techCode : null,
        info: faulted ? techInfo : null,
      };
      const at = { connector: evse, evseConnector, status, founds: home.free };
      takeStatus(scene, entry, at, said, (draft) => home.mark(draft, status));
    }
    seeTrouble(scene, home, event);
  }
}

function seeTrouble({ lanes }: Scene, home: Home, event: ComponentEvent): void {
  const kind = troubleIn(event);
  if (kind === null) return;
  const name = nameOf(event);
  const { evse, transaction, techCode, techInfo } = event;
  const told = {
    name,
    value: measuredIn(event),
    over: kind === 'ends',
    vendorErrorCode: techCode,
    info: techInfo,
  };
  const draft = lanes.ofTransaction(transaction) ?? lanes.at(evse);
  if (draft !== null) addBounded(draft.troubles, { ...told, mark: home.mark(draft, name), own: true });
  if (evse !== null || transaction !== null) return;
  for (const open of lanes.open()) addBounded(open.troubles, { ...told, mark: home.aside(name), own: false });
}
