package reveal_test

import (
	"encoding/json"
	"fmt"
	"log"

	"github.com/polycloud-sdk/polycloud-go/cloud/reveal"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// Logs and audits get requests under their wire names, without secrets. An exact copy must be requested.
func ExampleJSON() {
	r := flink.UpdateVariableRequest{Workspace: "w", Namespace: "n", Name: "db", Variable: flink.Variable{Name: "db", Value: "hunter2", Kind: "Encrypted"}}
	audit, err := json.Marshal(map[string]any{"by": "ann", "request": r})
	if err != nil {
		log.Fatal(err)
	}
	full, err := json.Marshal(reveal.JSON(r.Variable))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(audit))
	fmt.Println(string(full))
	// Output:
	// {"by":"ann","request":{"name":"db","variable":{"kind":"Encrypted","name":"db","value":"[redacted]"},"namespace":"n","workspace":"w"}}
	// {"kind":"Encrypted","name":"db","value":"hunter2"}
}
