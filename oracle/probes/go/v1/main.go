// Command v1 asks the default chain of the AWS SDK for Go v1: of a plain session, or, if its first
// argument is shared-config, of one that reads the shared configuration file as many programs ask it to.
package main

import (
	"os"

	"github.com/aws/aws-sdk-go/aws/session"
	"policyctl.test/answer"
)

func main() {
	opened, err := session.NewSessionWithOptions(options())
	if err != nil {
		answer.Failure(err)
		return
	}
	found, err := opened.Config.Credentials.Get()
	if err != nil {
		answer.Failure(err)
		return
	}
	answer.Credentials(found.AccessKeyID)
}

func options() session.Options {
	if len(os.Args) > 1 && os.Args[1] == "shared-config" {
		return session.Options{SharedConfigState: session.SharedConfigEnable}
	}
	return session.Options{}
}
