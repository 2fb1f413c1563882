// An operation of the ECS API, called through the AWS SDK for Go v2: its name and a file with its input.
// What the API answers goes to standard output, an error to standard error.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/smithy-go"
)

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, operation, file string) error {
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	client := ecs.NewFromConfig(settings)
	switch operation {
	case "RegisterTaskDefinition":
		return call(ctx, file, client.RegisterTaskDefinition)
	case "RunTask":
		return call(ctx, file, client.RunTask)
	case "DescribeTaskDefinition":
		return call(ctx, file, client.DescribeTaskDefinition)
	}
	return errors.New("an operation that nobody asks for")
}

func call[I, O any](ctx context.Context, file string, of func(context.Context, *I, ...func(*ecs.Options)) (*O, error)) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var input I
	if err := json.Unmarshal(text, &input); err != nil {
		return err
	}
	output, err := of(ctx, &input)
	var refusal smithy.APIError
	if errors.As(err, &refusal) {
		return fmt.Errorf("%s: %s", refusal.ErrorCode(), refusal.ErrorMessage())
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(output)
}
