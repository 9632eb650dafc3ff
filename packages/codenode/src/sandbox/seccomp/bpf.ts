// Classic BPF jumps forward only, and its conditional jumps reach 255 instructions. So a program is assembled from its
// end: whatever an instruction leads to is already in place, and a target that is out of reach is known at once.

/** An instruction that is already in the program; other instructions lead to it. Made by `BpfAssembler` only. */
export type Place = { readonly fromEnd: number }

/** How a conditional jump compares the accumulator with its constant; all are unsigned. */
export type Comparison = keyof typeof JUMPS

/** `BPF_MAXINSNS`: the kernel refuses longer programs. */
export const MAX_INSTRUCTIONS = 4096

/** One `struct sock_filter`: u16 code, u8 jt, u8 jf, u32 k, little endian on both architectures. */
export const INSTRUCTION_BYTES = 8

/** Operation codes of <linux/bpf_common.h>, as far as seccomp programs here use them. */
export const OPCODES = {
  loadWord: 0x20, // BPF_LD | BPF_W | BPF_ABS
  and: 0x54, // BPF_ALU | BPF_AND | BPF_K
  jumpAlways: 0x05, // BPF_JMP | BPF_JA
  jumpIfEqual: 0x15, // BPF_JMP | BPF_JEQ | BPF_K
  jumpIfGreater: 0x25, // BPF_JMP | BPF_JGT | BPF_K
  jumpIfGreaterOrEqual: 0x35, // BPF_JMP | BPF_JGE | BPF_K
  jumpIfAnyBit: 0x45, // BPF_JMP | BPF_JSET | BPF_K
  return: 0x06, // BPF_RET | BPF_K
} as const

/** Offsets in `struct seccomp_data`; arguments are 64 bits wide, low word first. */
export const SECCOMP_DATA = {
  number: 0,
  arch: 4,
  low: (argument: number) => 16 + 8 * argument,
  high: (argument: number) => 20 + 8 * argument,
}

const JUMPS = {
  '==': OPCODES.jumpIfEqual,
  '>': OPCODES.jumpIfGreater,
  '>=': OPCODES.jumpIfGreaterOrEqual,
  '&': OPCODES.jumpIfAnyBit,
} as const

const MAX_REACH = 255

type Instruction = { code: number; constant: number; ifTrue: number; ifFalse: number; mark: boolean }

/**
 * Assembles one seccomp program, last instruction first: every method takes the places it leads to and gives back the
 * place to lead to. Instructions that would be the same are shared. What is added last is where the program starts.
 */
export class BpfAssembler {
  readonly #reversed: Instruction[] = []
  readonly #known = new Map<string, Place>()
  readonly #copies = new Map<Place, Place>()

  /** Ends the program with a seccomp action such as `0x7fff0000` (allow). */
  return(action: number): Place {
    return this.#share(OPCODES.return, action, [])
  }

  /** Loads a word of `struct seccomp_data` into the accumulator. */
  load(offset: number, next: Place): Place {
    return this.#share(OPCODES.loadWord, offset, [next])
  }

  /** Keeps only the accumulator's bits that are set in `mask`. */
  and(mask: number, next: Place): Place {
    return this.#share(OPCODES.and, mask, [next])
  }

  /** Compares the accumulator. `mark`: the constant is filled in later, see `marks` of `finish`. */
  jumpIf(comparison: Comparison, constant: number, ifTrue: Place, ifFalse: Place, mark?: 'fill in later'): Place {
    if (ifTrue === ifFalse) return ifTrue
    return this.#share(JUMPS[comparison], constant, [ifTrue, ifFalse], mark !== undefined)
  }

  /** The program's bytes, and the byte offsets of the constants that are to be filled in. */
  finish(start: Place): { program: Buffer; marks: number[] } {
    if (start.fromEnd !== this.#reversed.length) this.#jump(start)
    if (this.#reversed.length > MAX_INSTRUCTIONS) throw new Error(`too long: ${this.#reversed.length} instructions`)
    const marks: number[] = []
    const program = Buffer.alloc(this.#reversed.length * INSTRUCTION_BYTES)
    for (const [index, one] of this.#reversed.toReversed().entries()) {
      const at = index * INSTRUCTION_BYTES
      program.writeUInt16LE(one.code, at)
      program.writeUInt8(one.ifTrue, at + 2)
      program.writeUInt8(one.ifFalse, at + 3)
      program.writeUInt32LE(one.constant >>> 0, at + 4)
      if (one.mark) marks.push(at + 4)
    }
    return { program, marks }
  }

  #share(code: number, constant: number, next: Place[], mark = false): Place {
    const key = [code, constant >>> 0, mark, ...next.map((place) => place.fromEnd)].join(' ')
    const known = this.#known.get(key)
    if (known) return known
    const [first, second] = next
    const place =
      first && second ? this.#addJump(code, constant, first, second, mark) : this.#addPlain(code, constant, first)
    this.#known.set(key, place)
    return place
  }

  #addPlain(code: number, constant: number, next: Place | undefined): Place {
    if (next && this.#distance(next) !== 0) this.#jump(next)
    return this.#add({ code, constant, ifTrue: 0, ifFalse: 0, mark: false })
  }

  #addJump(code: number, constant: number, first: Place, second: Place, mark: boolean): Place {
    // What brings one target nearer may move the other one instruction further away, which `#nearer` leaves room for.
    const ifTrue = this.#nearer(first)
    const ifFalse = this.#nearer(second)
    return this.#add({ code, constant, ifTrue: this.#distance(ifTrue), ifFalse: this.#distance(ifFalse), mark })
  }

  /** A place that does the same and is in reach: a jump to a far one, or a copy if it is a return, which costs as much. */
  #nearer(place: Place): Place {
    if (this.#distance(place) < MAX_REACH) return place
    const copy = this.#copies.get(place)
    if (copy && this.#distance(copy) < MAX_REACH) return copy
    const target = this.#reversed[place.fromEnd - 1]
    const nearer = target?.code === OPCODES.return ? this.#add(target) : this.#jump(place)
    this.#copies.set(place, nearer)
    return nearer
  }

  #jump(to: Place): Place {
    return this.#add({ code: OPCODES.jumpAlways, constant: this.#distance(to), ifTrue: 0, ifFalse: 0, mark: false })
  }

  /** What the next instruction to be added has to skip to get to `place`. */
  #distance(place: Place): number {
    return this.#reversed.length - place.fromEnd
  }

  #add(instruction: Instruction): Place {
    this.#reversed.push(instruction)
    return { fromEnd: this.#reversed.length }
  }
}
