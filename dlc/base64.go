package dlc

import "encoding/base64"

// Base64 encodes a string for a member that holds SQL or a script, such as SQL of [SQLTask]:
//
//	dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}
func Base64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
