package recording

import (
	"fmt"
	"strings"
)

// An account is a number to replace by a stand-in wherever it appears as a whole number.
type account struct{ number, standIn string }

// newAccount returns an error if either is not the number of an account.
func newAccount(number, standIn string) (account, error) {
	switch {
	case !isNumber(number):
		return account{}, fmt.Errorf("the account number must have 8 digits or more, and nothing else, not %q", number)
	case !isNumber(standIn) || len(standIn) != len(number):
		return account{}, fmt.Errorf("the stand-in must have %d digits, as the account number has, not %q", len(number), standIn)
	}
	return account{number, standIn}, nil
}

func isNumber(s string) bool {
	return len(s) >= shortest && strings.Trim(s, "0123456789") == ""
}

// replaceIn replaces the number where no digits are beside it.
func (a account) replaceIn(s string) string {
	from := 0
	for {
		i := strings.Index(s[from:], a.number)
		if i < 0 {
			return s
		}
		start, end := from+i, from+i+len(a.number)
		from = start + 1
		if start > 0 && isDigit(s[start-1]) || end < len(s) && isDigit(s[end]) {
			continue
		}
		s = s[:start] + a.standIn + s[end:] // of the same length
		from = end
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
