module policyctl.test/answer

go 1.26
