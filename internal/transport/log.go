package transport

import (
	"log/slog"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// log writes the debug record of one attempt.
func (k *call) log() {
	l := k.logger()
	if l == nil || !l.Enabled(k.ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("service", k.client.service.Name), slog.String("operation", k.op.Name),
		slog.Int("attempt", k.attempts), slog.Int("status", k.status),
		slog.Duration("elapsed", time.Since(k.attempt.at)), slog.String("request_id", k.requestID),
	}
	if k.last != nil {
		attrs = append(attrs, slog.String("error", k.last.Error()))
	}
	l.LogAttrs(k.ctx, slog.LevelDebug, "call", attrs...)
}

// logSkipped writes a debug record for every member of a response that could not be decoded, without its value.
func (k *call) logSkipped(skipped []*wire.Error) {
	l := k.logger()
	if len(skipped) == 0 || l == nil || !l.Enabled(k.ctx, slog.LevelDebug) {
		return
	}
	for _, e := range skipped {
		l.LogAttrs(k.ctx, slog.LevelDebug, "member not read",
			slog.String("service", k.client.service.Name), slog.String("operation", k.op.Name),
			slog.String("request_id", k.requestID), slog.String("member", e.Path), slog.String("problem", e.Problem))
	}
}
