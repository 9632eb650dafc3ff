/** What a program can read without giving it a value: what the languages have, and what a run adds. */
export const builtinNames = {
  python: new Set(
    (
      'abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex ' +
      'copyright credits delattr dict dir divmod enumerate exit filter float format frozenset getattr hasattr hash help ' +
      'hex id input int isinstance issubclass iter len license list map max memoryview min next object oct open ord pow ' +
      'print property quit range repr reversed round set slice sorted staticmethod str sum super tuple type zip ' +
      'None True False Ellipsis NotImplemented ArithmeticError AssertionError AttributeError BaseException ' +
      'BaseExceptionGroup BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError ' +
      'ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError ' +
      'EncodingWarning EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError ' +
      'FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError InterruptedError ' +
      'IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError ' +
      'NotADirectoryError NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ' +
      'ProcessLookupError PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError ' +
      'RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError ' +
      'TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError ' +
      'UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError ' +
      // Real nodes rely on these two, which a run gives without an import.
      'json b64decode'
    ).split(' '),
  ),
  script: new Set(
    (
      'AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView ' +
      'Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Infinity ' +
      'Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ' +
      'ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError TypeError URIError ' +
      'Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly arguments decodeURI ' +
      'decodeURIComponent encodeURI encodeURIComponent escape isFinite isNaN parseFloat parseInt undefined unescape ' +
      // Of Node.js.
      'AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy CompressionStream ' +
      'CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream Event EventTarget File ' +
      'FormData Headers MessageChannel MessageEvent MessagePort Navigator Performance ReadableStream Request Response ' +
      'SubtleCrypto TextDecoder TextEncoder TransformStream URL URLPattern URLSearchParams WebSocket WritableStream ' +
      '__dirname __filename atob btoa clearImmediate clearInterval clearTimeout console crypto exports fetch module ' +
      'navigator performance process queueMicrotask require setImmediate setInterval setTimeout structuredClone'
    ).split(' '),
  ),
} as const
