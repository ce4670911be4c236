package ini_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/ini"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       ini.File
	}{
		{"empty", "", ini.File{}},
		{"sections", "[default]\nregion = us-east-1\n[profile dev]\nregion=eu-west-1\n",
			ini.File{"default": {"region": "us-east-1"}, "profile dev": {"region": "eu-west-1"}}},
		{"a byte order mark and lines of Windows", "\ufeff[a]\r\nk = v\r\n", ini.File{"a": {"k": "v"}}},
		{"comments", "# one\n; two\n[a] # three\nk=v # kept\n", ini.File{"a": {"k": "v # kept"}}},
		{"a value with an equals sign", "[a]\nsecret = x=y==\n", ini.File{"a": {"secret": "x=y=="}}},
		{"keys of a key", "[a]\ns3 =\n  addressing_style = path\n\tx = y\nregion = r\n", ini.File{"a": {"s3": "", "s3.addressing_style": "path", "s3.x": "y", "region": "r"}}},
		{"an indented key is a key", "[a]\nx = y\n  region = r\n", ini.File{"a": {"x": "y", "region": "r"}}},
		{"twice", "[a]\nk=1\n[b]\n[a]\nk=2\nl=3\n", ini.File{"a": {"k": "2", "l": "3"}, "b": {}}},
		{"before the first section", "k=v\n[a]\n", ini.File{"": {"k": "v"}, "a": {}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ini.Parse(tt.text)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const secret = "wJalrXUtnFEMI"
	tests := []struct{ name, text, want string }{
		{"no value", "[a]\n" + secret + "\n", "line 2 is neither"},
		{"no key", "= " + secret, "line 1 is neither"},
		{"an open section", "\n[" + secret, "line 2 has a section without its closing bracket"},
		{"text after a section", "[a]" + secret, "line 1 has a section"},
		{"not text", "[a]\nk=\xff" + secret, "it is not UTF-8 text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := ini.Parse(tt.text)
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), secret)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("[a]\nk = v\n# c\n")
	f.Add("\ufeff[a\nk")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := ini.Parse(text)
		if err != nil {
			return
		}
		for section, keys := range file {
			assert.Equal(t, strings.TrimSpace(section), section)
			for key, value := range keys {
				assert.NotEmpty(t, key)
				for part := range strings.SplitSeq(key, ".") {
					assert.Contains(t, text, part)
				}
				assert.Contains(t, text, value)
			}
		}
	})
}
