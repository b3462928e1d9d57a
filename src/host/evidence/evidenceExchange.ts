import { type Disposable, Disposables } from '../../base/disposables';
import { Emitter } from '../../base/emitter';
import type { Log } from '../../base/log';
import { errorMessage } from '../../base/log';
import type { EvidenceQuery, FileEvidence } from '../../model/lineEvidence';
import type { EvidenceChange } from '../../protocol/analysis';
import type { EngineClient } from '../engineClient';

/** Milliseconds in which changes are gathered before they are told. */
const GATHER_MS = 1_000;

/** Between the engine, which holds what spans say about lines, and the analysis, which weighs its findings by it. */
export class EvidenceExchange implements Disposable {
  private readonly disposables = new Disposables();
  private readonly changes: Emitter<EvidenceChange>;
  private gathered = new Set<string>();
  private isAll = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly engine: EngineClient,
    log: Log,
  ) {
    this.changes = this.disposables.add(new Emitter((error) => log.error(`Evidence: ${errorMessage(error)}`)));
    this.disposables.add(engine.onChanged(({ files, cleared }) => this.changed(cleared ? undefined : files)));
    this.disposables.add(engine.onState((state) => state === 'ready' && this.changed(undefined)));
    // That nothing was left open is known from then on.
    this.disposables.add(engine.onExited(() => this.changed(undefined)));
    this.disposables.onDispose(() => clearTimeout(this.timer));
  }

  get onChanged(): Emitter<EvidenceChange>['on'] {
    return this.changes.on;
  }

  ask(query: EvidenceQuery): Promise<FileEvidence | undefined> {
    return this.engine.ask<FileEvidence | undefined>((api) => api.evidence(query), undefined);
  }

  /** `undefined`: any file's may be another now. */
  changed(files: readonly string[] | undefined): void {
    if (files?.length === 0) return;
    if (files) for (const file of files) this.gathered.add(file);
    else this.isAll = true;
    this.timer ??= setTimeout(() => this.tell(), GATHER_MS);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private tell(): void {
    const change = this.isAll ? {} : { paths: [...this.gathered] };
    this.timer = undefined;
    this.gathered = new Set();
    this.isAll = false;
    this.changes.fire(change);
  }
}
