// Package answer prints the outcome of asking a chain, in the form that the oracle's runner reads.
package answer

import (
	"encoding/json"
	"fmt"
	"os"
)

// Credentials says that the chain gave credentials with this access key id.
func Credentials(accessKeyID string) {
	show(map[string]any{"credentials": map[string]string{"access_key_id": accessKeyID}})
}

// Anonymous says that a program would go on with unsigned requests.
func Anonymous() {
	show(map[string]any{"anonymous": true})
}

// Failure says that something stopped the chain.
func Failure(err error) {
	show(map[string]any{"error": fmt.Sprintf("%T: %v", err, err)})
}

func show(outcome map[string]any) {
	if err := json.NewEncoder(os.Stdout).Encode(outcome); err != nil {
		os.Exit(70)
	}
}
