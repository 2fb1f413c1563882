module policyctl.test/v1

go 1.26

replace policyctl.test/answer => ../answer

require (
	github.com/aws/aws-sdk-go v1.55.8
	policyctl.test/answer v0.0.0
)

require github.com/jmespath/go-jmespath v0.4.0 // indirect
