import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { credentials, failure } from "./answer.mjs";

fromNodeProviderChain()().then(credentials, failure);
