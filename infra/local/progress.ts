// Progress on the terminal: a bar where somebody looks, a plain line now and then where output goes to a file.

import { SingleBar } from 'cli-progress';

export interface Progress {
  update(label: string, done: number, of: number): void;
  stop(): void;
}

/** Shows progress on a stream. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? barOn(stream) : linesOn(stream);
}

function barOn(stream: NodeJS.WriteStream): Progress {
  let bar: SingleBar | undefined;
  return {
    update(label, done, of) {
      if (bar === undefined) {
        bar = new SingleBar({
          format: '{bar} {percentage}% {label} {value}/{total}',
          barCompleteChar: '█',
          barIncompleteChar: '░',
          hideCursor: true,
          clearOnComplete: true,
          stream,
        });
        bar.start(of, done, { label });
      }
      bar.setTotal(of);
      bar.update(done, { label });
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}

/** One line per label when it begins and when it is done. */
function linesOn(stream: NodeJS.WriteStream): Progress {
  const written = new Set<string>();
  return {
    update(label, done, of) {
      const line = `${label} ${done}/${of}`;
      if ((done > 0 && done < of) || written.has(line)) return;
      written.add(line);
      stream.write(`${line}\n`);
    },
    stop() {},
  };
}
