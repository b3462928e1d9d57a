import type { WireBytes } from '../otlp/wire/wireReader';
import { ByteInterner, NONE } from './byteInterner';
import type { CodeRoleReader } from './codeRoles';

/** The distinct KeyValues of a segment and what each of them says about a span's location. */
export class KeyValueInterner extends ByteInterner {
  /** By entry. */
  roles = new Uint8Array(1 << 10);
  roleValues = new Int32Array(1 << 10);

  constructor(
    seed: number,
    private readonly roleReader: CodeRoleReader,
  ) {
    super(seed);
  }

  /** Like {@link add}, for a KeyValue whose role has been read. */
  addWithRole(source: WireBytes, start: number, length: number, hash: number, role: number, value: number): number {
    const entry = this.add(source, start, length, hash);
    if (entry >= this.roles.length) this.growRoles();
    this.roles[entry] = role;
    this.roleValues[entry] = value;
    return entry;
  }

  internKeyValue(source: WireBytes, start: number, length: number): number {
    const entry = this.find(source, start, length);
    if (entry !== NONE) return entry;
    const { hash } = this;
    const role = this.roleReader.read(source, start, length);
    return this.addWithRole(source, start, length, hash, role, this.roleReader.value);
  }

  private growRoles(): void {
    const { roles, roleValues } = this;
    this.roles = new Uint8Array(roles.length * 2);
    this.roleValues = new Int32Array(roles.length * 2);
    this.roles.set(roles);
    this.roleValues.set(roleValues);
  }
}
