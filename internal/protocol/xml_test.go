package protocol

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzXML(f *testing.F) {
	for _, seed := range []string{`<Error><Code>A&amp;&#x41;</Code></Error>`, `<?xml?><!--`, `<`, `</Code><Code>`, `<Code><![CDATA[`, "<a\n/>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if e := readXML(body); e.code != "" {
			require.Contains(t, string(body), "<")
		}
	})
}
