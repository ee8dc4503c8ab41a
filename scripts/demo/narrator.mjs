// How the story is told: numbered steps, what happened in each, and how long it took.

let number = 0;
let began = 0;

export function step(title) {
  number += 1;
  began = Date.now();
  console.log(`\n${number}. ${title}`);
}

export function tell(text) {
  console.log(`   ${text}`);
}

export function took() {
  return `${Date.now() - began} ms`;
}

/** Measure from here on, within the same step. */
export function restart() {
  began = Date.now();
}
