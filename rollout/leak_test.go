package rollout_test

import (
	"testing"

	"github.com/polycloud-sdk/polycloud-go/internal/tests/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }
