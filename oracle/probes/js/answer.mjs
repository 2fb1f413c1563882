// Prints the outcome of asking a chain, in the form that the oracle's runner reads.

const NO_ANSWER = 70;
let answered = false;

function print(outcome) {
  answered = true;
  process.stdout.write(`${JSON.stringify(outcome)}\n`, () => process.exit(0));
}

// Node ends with status 0 when nothing is left to do, even if the chain never called back.
process.on("exit", () => {
  if (!answered) process.exitCode = NO_ANSWER;
});

export function credentials(found) {
  print({ credentials: { access_key_id: found.accessKeyId } });
}

export function failure(error) {
  const kind = error.name === "CredentialsProviderError" || error.code === "CredentialsError" ? "none" : "error";
  print({ [kind]: `${error.name}: ${error.message}` });
}
