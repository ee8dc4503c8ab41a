"""The app stores: who sold what to whom, by their own signatures and answers.

`apple` verifies what StoreKit and App Store Server Notifications V2 sign, `google` asks the Play
Developer API and proves Pub/Sub pushes; `jws` checks signatures and chains. Both give `Receipt`s.
"""
