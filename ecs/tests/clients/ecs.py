"""An operation of the ECS API, called through boto3: its name and a file with its input.

What the API answers goes to standard output, an error to standard error.
"""

import json
import sys

import boto3
import botocore

operation, file = sys.argv[1:]
with open(file) as text:
    request = json.load(text)
client = boto3.client("ecs")
names = {client.meta.method_to_api_mapping[name]: name for name in client.meta.method_to_api_mapping}
try:
    print(json.dumps(getattr(client, names[operation])(**request), default=str))
except botocore.exceptions.ClientError as error:
    sys.exit(str(error))
