//go:build tools

// Package kubernetes pins the API server, and the client that people use, for the end-to-end scenarios.
package kubernetes

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kubectl"
)
