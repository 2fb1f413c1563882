// An operation of the ECS API, called through the AWS SDK for JavaScript v3: its name and a file with its input.
// What the API answers goes to standard output, an error to standard error.
const { readFileSync } = require("node:fs");
const ecs = require("@aws-sdk/client-ecs");

const [operation, file] = process.argv.slice(2);
const input = JSON.parse(readFileSync(file, "utf8"));
new ecs.ECSClient().send(new ecs[`${operation}Command`](input)).then(
  (output) => console.log(JSON.stringify(output)),
  (error) => {
    console.error(`${error.name}: ${error.message}`);
    process.exitCode = 1;
  },
);
