// Command minio asks minio-go's providers in the order in which restic and mc chain them.
package main

import (
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"policyctl.test/answer"
)

func main() {
	chain := credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{},
		&credentials.EnvMinio{},
		&credentials.FileAWSCredentials{},
		&credentials.FileMinioClient{},
		&credentials.IAM{},
	})
	client, err := minio.New("s3.amazonaws.com", &minio.Options{Creds: chain, Secure: true})
	if err != nil {
		answer.Failure(err)
		return
	}
	found, err := client.GetCreds()
	switch {
	case err != nil:
		answer.Failure(err)
	case found.SignerType.IsAnonymous():
		answer.Anonymous()
	default:
		answer.Credentials(found.AccessKeyID)
	}
}
