package sign

import "time"

// ParseTime parses a time that must be written exactly as layout says;
// time.Parse alone would accept a fraction of a second too.
func ParseTime(layout, value string) (time.Time, error) {
	t, err := time.Parse(layout, value)
	if err != nil || t.Format(layout) != value {
		return time.Time{}, Malformed("the time of signing is not written like %s", layout)
	}
	return t, nil
}
