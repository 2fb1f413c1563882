import AWS from "aws-sdk/global.js";
import { credentials, failure } from "./answer.mjs";

AWS.config.getCredentials((error) => (error ? failure(error) : credentials(AWS.config.credentials)));
