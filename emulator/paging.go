package emulator

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strings"
)

// nextPage returns one page of a list with page tokens. A token is only valid for the list that issued it,
// which scope identifies.
func nextPage[T any](list []T, scope, token string, size int) (page []T, next string, err error) {
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
		return 0, &refusal{code: "ValidationException", message: "nextToken was not issued for this list."}
	}
	return offset, nil
}

// numberedPage returns one page of a list whose pages are numbered from 1.
func numberedPage[T any](list []T, page, size int) []T {
	start := len(list)
	if page-1 <= len(list)/size {
		start = min((page-1)*size, len(list))
	}
	return list[start:min(start+size, len(list))]
}

// offsetPage returns one page of a list whose pages are selected by offset.
func offsetPage[T any](list []T, offset, size int) []T {
	start := min(offset, len(list))
	return list[start : start+min(size, len(list)-start)]
}
