package dlc

import "encoding/base64"

// Base64 encodes text as the members want it that hold SQL or scripts, such as SQL of [SQLTask]:
//
//	dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}
func Base64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
