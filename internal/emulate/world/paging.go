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

// Copies returns the resources of a page, which share nothing with those of the table but what these refer to.
func Copies[T any](page []*T) []T {
	list := make([]T, len(page))
	for i, v := range page {
		list[i] = *v
	}
	return list
}

// ShownAs returns the items of a page as a list shows them.
func ShownAs[T, S any](page []T, show func(T) S) []S {
	items := make([]S, len(page))
	for i, v := range page {
		items[i] = show(v)
	}
	return items
}

// NextPage returns one page of a list with page tokens. A token is only valid for the list that issued it,
// which scope identifies.
func NextPage[T any](list []T, scope, token string, size int) (page []T, next string, err error) {
	return NextPageOf(Sort(list, nil), scope, token, size)
}

// NextPageOf returns one page of a sorted list.
func NextPageOf[T any](list *Sorted[T], scope, token string, size int) (page []T, next string, err error) {
	start, err := decodePageToken(scope, token)
	if err != nil {
		return nil, "", err
	}
	start = min(start, list.Len())
	end := start + min(max(size, 1), list.Len()-start) // a page with no item would have itself as the next one
	if end < list.Len() {
		next = encodePageToken(scope, end)
	}
	return list.between(start, end), next, nil
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

// NumberedPage returns one page of a list whose pages are numbered from 1. A number below that is the first, and a page has
// at least one item.
func NumberedPage[T any](list []T, page, size int) []T {
	return NumberedPageOf(Sort(list, nil), page, size)
}

// NumberedPageOf returns one page of a sorted list.
func NumberedPageOf[T any](list *Sorted[T], page, size int) []T {
	page, size = max(page, 1), max(size, 1)
	start := list.Len()
	if page-1 <= list.Len()/size {
		start = min((page-1)*size, list.Len())
	}
	return list.between(start, start+min(size, list.Len()-start))
}

// OffsetPage returns one page of a list whose pages are selected by offset. A negative offset is the start, and a page of a
// negative size is empty.
func OffsetPage[T any](list []T, offset, size int) []T {
	return OffsetPageOf(Sort(list, nil), offset, size)
}

// OffsetPageOf returns one page of a sorted list.
func OffsetPageOf[T any](list *Sorted[T], offset, size int) []T {
	start := min(max(offset, 0), list.Len())
	return list.between(start, start+min(max(size, 0), list.Len()-start))
}

// PageCount returns how many pages of a size, at least 1, a list has.
func PageCount(total, size int) int {
	pages := total / size
	if total%size > 0 {
		pages++
	}
	return pages
}

// MatchesName reports whether a name matches a filter. An empty filter matches all.
func MatchesName(want, value string) bool { return want == "" || want == value }
