package world

import (
	"encoding/base64"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

// ErrPageToken is returned for a page token that the list did not issue.
var ErrPageToken = errors.New("the page token was not issued for this list")

// NextPage returns one page of a list with page tokens. A token is only valid for the list that issued it,
// which scope identifies.
func NextPage[T any](list []T, scope, token string, size int) (page []T, next string, err error) {
	start, err := decodePageToken(scope, token)
	if err != nil {
		return nil, "", err
	}
	start = min(start, len(list))
	end := min(start+size, len(list))
	if end < len(list) {
		next = encodePageToken(scope, end)
	}
	return list[start:end:end], next, nil
}

func encodePageToken(scope string, offset int) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "page~%d~%08x", offset, crc32.ChecksumIEEE([]byte(scope))))
}

func decodePageToken(scope, token string) (offset int, err error) {
	if token == "" {
		return 0, nil
	}
	decoded, err := base64.StdEncoding.DecodeString(token)
	if err == nil {
		_, err = fmt.Sscanf(strings.ReplaceAll(string(decoded), "~", " "), "page %d", &offset)
	}
	if err != nil || offset < 0 || encodePageToken(scope, offset) != token {
		return 0, ErrPageToken
	}
	return offset, nil
}

// NumberedPage returns one page of a list whose pages are numbered from 1.
func NumberedPage[T any](list []T, page, size int) []T {
	start := len(list)
	if page-1 <= len(list)/size {
		start = min((page-1)*size, len(list))
	}
	return list[start:min(start+size, len(list))]
}

// OffsetPage returns one page of a list whose pages are selected by offset.
func OffsetPage[T any](list []T, offset, size int) []T {
	start := min(offset, len(list))
	return list[start : start+min(size, len(list)-start)]
}

// MatchesName reports whether a name matches a filter. An empty filter matches all.
func MatchesName(want, value string) bool { return want == "" || want == value }
