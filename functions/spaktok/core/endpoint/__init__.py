"""The edge: how functions are declared. Nothing else in the package knows firebase_functions.

    from spaktok.core.endpoint.callable import call
    from spaktok.core.endpoint.work import job, schedule
    from spaktok.core.endpoint.hook import hook
    from spaktok.core.endpoint.events import on_document_written, on_object_finalized

    @call(LikeVideo, limit=per_minute(60), refusals=(NotFound,))
    def likeVideo(caller: Caller, request: LikeVideo) -> Liked: ...

    @job(ProcessVideo, size=config.MEDIA)
    def processVideo(task: ProcessVideo, delivery: Delivery) -> None: ...

    @schedule("every 5 minutes")
    def sweepOutbox(at: datetime) -> None: ...

    @hook(secrets=(keys.STRIPE_WEBHOOK_SECRET,))
    def stripeWebhook(message: Message) -> None: ...

    @on_object_finalized()
    def onOriginalUploaded(upload: StoredObject) -> None: ...

    @on_document_written("videoLikes/{likeId}")
    def onLikeWritten(written: WrittenDocument) -> None: ...

A declaration carries everything an entry point needs besides its own rules; `declared(entry)` gives
it back, for the reference, the client package and the tests that run over every function.
"""
