package aws

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// account reads the account number, of 12 digits, from an access key ID: after a prefix of four letters there are 80
// bits in base32, of which the first is set in all IDs made since 2019 and the next 40 are the number.
func account(c cloud.Credentials) string {
	accessKeyID := c.AccessKeyID
	if len(accessKeyID) != 20 || !strings.HasPrefix(accessKeyID, "AKIA") && !strings.HasPrefix(accessKeyID, "ASIA") {
		return ""
	}
	var bits [10]byte
	if _, err := base32.StdEncoding.Decode(bits[:], []byte(accessKeyID[4:])); err != nil {
		return ""
	}
	head := binary.BigEndian.Uint64(bits[:8])
	const isSet, most = 1 << 63, 999_999_999_999
	number := head << 1 >> 24
	if head&isSet == 0 || number > most {
		return ""
	}
	return fmt.Sprintf("%012d", number)
}
