// Command terraform asks for credentials as the Terraform AWS provider does, through aws-sdk-go-base,
// with nothing set in the provider block. The provider then asks STS who it is, which says nothing about
// where the credentials came from, so that is left out.
package main

import (
	"context"
	"errors"
	"fmt"

	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/diag"
	"policyctl.test/answer"
)

func main() {
	ctx, loaded, problems := awsbase.GetAwsConfig(context.Background(), &awsbase.Config{SkipCredsValidation: true})
	if problems.HasError() {
		answer.Failure(first(problems))
		return
	}
	found, err := loaded.Credentials.Retrieve(ctx)
	if err != nil {
		answer.Failure(err)
		return
	}
	answer.Credentials(found.AccessKeyID)
}

func first(problems diag.Diagnostics) error {
	for _, problem := range problems {
		if problem.Severity() == diag.SeverityError {
			return fmt.Errorf("%s: %s", problem.Summary(), problem.Detail())
		}
	}
	return errors.New("no problem given")
}
