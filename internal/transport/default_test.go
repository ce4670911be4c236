package transport

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

type defaulted struct {
	Namespace string  `path:"namespace"`
	Region    string  `query:"region"`
	Workspace string  `header:"workspace"`
	Limit     int     `query:"limit"`
	Token     string  `json:"clientToken,omitzero" auto:"token"`
	Pointer   *string `json:"other,omitzero" auto:"token"`
	Body      string  `json:"workspace,omitzero"`
}

func TestFillIn(t *testing.T) {
	t.Parallel()
	token := func() string { return "uuid" }
	tests := map[string]struct {
		in      defaulted
		values  map[string]string
		want    defaulted
		missing []string
	}{
		"no values":     {defaulted{}, nil, defaulted{Token: "uuid", Pointer: new("uuid")}, nil},
		"all":           {defaulted{}, map[string]string{"namespace": "n", "workspace": "w", "region": "r", "unbound": "u"}, defaulted{Namespace: "n", Workspace: "w", Region: "r", Token: "uuid", Pointer: new("uuid")}, nil},
		"given is kept": {defaulted{Namespace: "mine", Token: "t", Pointer: new("p")}, map[string]string{"namespace": "n", "workspace": ""}, defaulted{Namespace: "mine", Token: "t", Pointer: new("p")}, []string{"workspace"}},
		"missing":       {defaulted{}, map[string]string{"namespace": "", "workspace": "", "region": "r", "unbound": ""}, defaulted{Region: "r", Token: "uuid", Pointer: new("uuid")}, []string{"namespace", "workspace"}},
		"not a string":  {defaulted{}, map[string]string{"limit": "5"}, defaulted{Token: "uuid", Pointer: new("uuid")}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.missing, fillIn(&tt.in, tt.values, token))
			assert.Equal(t, tt.want, tt.in)
		})
	}
}
