// Command v2 asks the default chain of the AWS SDK for Go v2.
package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/config"
	"policyctl.test/answer"
)

func main() {
	ctx := context.Background()
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		answer.Failure(err)
		return
	}
	found, err := loaded.Credentials.Retrieve(ctx)
	if err != nil {
		answer.Failure(err)
		return
	}
	answer.Credentials(found.AccessKeyID)
}
