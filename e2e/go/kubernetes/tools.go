//go:build tools

// Package kubernetes pins the API server that the end-to-end scenarios run against.
package kubernetes

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
)
