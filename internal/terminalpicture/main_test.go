package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// texts reads a picture as XML, and returns its lines without their colors.
func texts(t *testing.T, picture string) (lines []string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(picture))
	inText := false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return lines
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "text" {
				inText, lines = true, append(lines, "")
			}
		case xml.EndElement:
			inText = inText && token.Name.Local != "text"
		case xml.CharData:
			if inText {
				lines[len(lines)-1] += string(token)
			}
		}
	}
}

func TestThePictureHasTheOutput(t *testing.T) {
	t.Parallel()
	picture := svg("go run ./x -a '<b>'", []line{
		{text: "   0.0s  code  starting", at: 10 * time.Millisecond},
		{text: "   9.9s  code  RUNNING - succeeded", at: 9900 * time.Millisecond},
		{at: 9900 * time.Millisecond},
		{text: "code  failed  a<b & c", at: 9910 * time.Millisecond},
	})
	assert.Equal(t, []string{
		"$ go run ./x -a '<b>'", "   0.0s  code  starting", "   9.9s  code  RUNNING - succeeded", "code  failed  a<b & c",
	}, texts(t, picture))
	assert.Contains(t, picture, `<tspan class="good">succeeded</tspan>`)
	assert.Contains(t, picture, `<tspan class="bad">failed</tspan>`)

	long := svg("go run ./x", []line{{text: "failed: " + strings.Repeat("ä", columns-8) + "rest", at: time.Second}})
	assert.Equal(t, []string{"$ go run ./x", "failed: " + strings.Repeat("ä", columns-8), "rest"}, texts(t, long))
	assert.Contains(t, long, `<tspan class="bad">rest</tspan>`, "it has the color of the line before it")

	var delays []string
	for _, m := range regexp.MustCompile(`animation-delay:(\d+)ms`).FindAllStringSubmatch(picture, -1) {
		delays = append(delays, m[1])
	}
	assert.Equal(t, []string{"0", "710", "1910", "1920"}, delays, "long pauses are cut")
}

// TestThePictureOfTheReadme holds the picture to the changes that the quickstart makes, and to how they end.
func TestThePictureOfTheReadme(t *testing.T) {
	t.Parallel()
	picture, err := os.ReadFile("../../docs/images/quickstart.svg")
	require.NoError(t, err)
	all := strings.Join(texts(t, string(picture)), "\n")
	for _, want := range []string{
		`\$ go run ./examples/quickstart`, `throttled`,
		`finspace  code +succeeded`, `finspace  changeset +failed`, `flink +hotupdate +succeeded`, `dlc +image +succeeded`, `proton +instance +succeeded`,
	} {
		assert.Regexp(t, want, all)
	}
}
