package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary be the two processes that the program starts.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

var (
	text   = regexp.MustCompile(`<text [^>]*>([^<]*)</text>`)
	moment = regexp.MustCompile(`^(< )?\d+ ms$|^[\d.]+ s and \d+ polls`)
)

// words are the texts of a picture, without the times.
func words(t *testing.T, path string) (list []string) {
	t.Helper()
	picture, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, m := range text.FindAllStringSubmatch(string(picture), -1) {
		list = append(list, moment.ReplaceAllString(m[1], "…"))
	}
	return list
}

// TestThePicturesInTheDocsAreTrue draws them again, from processes that run now.
func TestThePicturesInTheDocsAreTrue(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, run(t.Context(), []string{folder}))
	for _, name := range []string{"trace.svg", "trace-dark.svg"} {
		shown := words(t, filepath.Join("../../../docs/images", name))
		assert.Equal(t, words(t, filepath.Join(folder, name)), shown, "renew it: go run ./internal/tracepicture ../docs/images")
		assert.Contains(t, shown, "wait finspace.UpdateKxClusterCodeConfiguration")
		assert.Contains(t, shown, "deployment.status = succeeded")
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), nil), "usage")
	require.Error(t, run(t.Context(), []string{"begin", "http://127.0.0.1:1"}))
}
