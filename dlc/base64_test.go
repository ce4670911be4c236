package dlc

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBase64(t *testing.T) {
	t.Parallel()
	assert.Empty(t, Base64(""))
	assert.Equal(t, "U0VMRUNUIDE=", Base64("SELECT 1"))
	assert.Equal(t, "U0VMRUNUICfmlbDmja4/Pic=", Base64("SELECT '数据?>'"), "of the bytes in UTF-8, in the standard alphabet")
}
